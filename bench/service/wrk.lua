-- What wrk.py asks for comes in the environment: a key has no place among arguments.
wrk.method = os.getenv("LIMPID_WRK_METHOD") or "GET"
for name, value in (os.getenv("LIMPID_WRK_FIELDS") or ""):gmatch("([^\n:]+): ([^\n]*)") do
  wrk.headers[name] = value
end
local body = os.getenv("LIMPID_WRK_BODY")
if body then
  local file = assert(io.open(body, "rb"))
  wrk.body = file:read("*a")
  file:close()
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nwrk {"requests": %d, "duration_us": %d, "refused": %d, "failed": %d, "p50_us": %d, "p99_us": %d}\n',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
