-- wrk sends what the bench has signed: each thread its own requests from a file of its own, in their order.
-- wrk -s replay.lua ... -- FOLDER

local threads = {}

function setup(thread)
  thread:set("place", #threads)
  table.insert(threads, thread)
end

function init(args)
  requests, at, failed = {}, 0, 0
  if place == 0 then at = -1 end -- wrk asks the first thread once without sending, to see what it would
  local file = assert(io.open(args[1] .. "/" .. place, "rb"))
  for size in file:lines() do
    table.insert(requests, file:read(tonumber(size)))
  end
  file:close()
end

function request()
  at = at + 1
  return requests[math.max(at, 1)] or error("there are too few requests for so long")
end

function response(status, headers, body)
  if status ~= 200 or not body:find("<Response", 1, true) or body:find("went wrong", 1, true) then
    failed = failed + 1
  end
end

function done(summary, latency, requests)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  for _, thread in ipairs(threads) do
    failed = failed + thread:get("failed")
  end
  io.stderr:write(string.format('{"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "failed": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), failed))
end
