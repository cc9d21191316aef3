/** The folders of the bucket for files of orders. */
export const importBucket = { incoming: "incoming/", reports: "reports/", progress: "progress/" } as const;
