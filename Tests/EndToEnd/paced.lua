-- wrk: chat requests at a steady rate, and one line of JSON about what came of them.
local rate = tonumber(os.getenv("PACED_RATE") or "500")
local connections = tonumber(os.getenv("PACED_CONNECTIONS") or "50")

wrk.method = "POST"
wrk.path = "/v1/chat/completions"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer " .. os.getenv("PACED_TOKEN")
wrk.body = '{"model":"' .. (os.getenv("PACED_MODEL") or "openai:sim-fast")
    .. '","messages":[{"role":"user","content":"hello"}]}'

-- Milliseconds between two requests of one connection; no pause at rate 0.
function delay()
    return rate > 0 and connections * 1000 / rate or 0
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '{"requests":%d,"microseconds":%d,"status":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d,"p99":%d}\n',
        summary.requests, summary.duration, errors.status, errors.connect, errors.read,
        errors.write, errors.timeout, latency:percentile(99)))
end
