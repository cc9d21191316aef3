/** The queries that whoever is on call begins with (docs/operations.md); what is to be replaced is in capitals. */
export const orderLogQueries: Readonly<Record<string, string>> = {
  "One order": `fields @timestamp, message, event_id, attempt, duration_ms, trace_id, error, reason
| filter @message like "ORDER_ID"
| sort @timestamp
| limit 200`,
  "One customer": `fields @timestamp, message, order_id, event_id
| filter customer_hash = "FIRST_16_DIGITS_OF_SHA256"
| sort @timestamp desc
| limit 200`,
  "One trace": `fields @timestamp, @log, message, order_id, attempt, duration_ms
| filter trace_id = "1-TRACE"
| sort @timestamp`,
  "Failures by reason": `filter level = "error"
| stats count() as failures, count_distinct(order_id) as orders, max(@timestamp) as latest
    by message, coalesce(error, reason, err.message) as cause
| sort failures desc`,
  "Requests refused": `filter message = "request refused"
| stats count() as requests by error, route
| sort requests desc`,
  "Time of each step": `filter ispresent(duration_ms)
| stats count() as times, pct(duration_ms, 50) as p50, pct(duration_ms, 99) as p99, max(duration_ms) as slowest
    by message
| sort p99 desc`,
  "Cold starts": `filter ispresent(cold_start)
| stats sum(cold_start) as cold, count() as lines by @log, bin(5m)`,
  "Messages tried again": `filter attempt > 1
| stats max(attempt) as attempts, latest(message) as outcome by order_id, message_id
| sort attempts desc
| limit 100`,
};
