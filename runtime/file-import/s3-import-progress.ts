import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import * as z from "zod";
import { readJson } from "../values/json";
import { importBucket } from "./import-bucket";
import type { ImportProgress } from "./import-progress";

const progressSchema = z.object({ sent: z.int().min(0), finished: z.boolean() });

/** The progress of imports, as small objects beside the files. */
export const s3ImportProgress = (client: S3Client, bucket: string): ImportProgress => {
  const objectOf = (progressId: string) => ({ Bucket: bucket, Key: `${importBucket.progress}${progressId}.json` });
  return {
    load: async (progressId) => {
      try {
        const { Body } = await client.send(new GetObjectCommand(objectOf(progressId)));
        return progressSchema.parse(readJson((await Body?.transformToString()) ?? ""));
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    save: async (progressId, progress) => {
      const Body = JSON.stringify(progress);
      await client.send(new PutObjectCommand({ ...objectOf(progressId), ContentType: "application/json", Body }));
    },
  };
};
