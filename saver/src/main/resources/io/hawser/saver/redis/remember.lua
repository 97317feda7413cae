-- Puts a request's record back. KEYS: 1 marker, 2 the log's state, 3 the record.
-- ARGV: 1 generation, 2 hash of the body, 3 seq, 4 time of acceptance, 5 lifetime in ms, then name and previous seq by mailbox.
local OK, STALE = 0, 1
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {STALE} end
local record = {ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])}
for i = 6, #ARGV, 2 do
  record[#record + 1] = ARGV[i]
  record[#record + 1] = tonumber(ARGV[i + 1])
end
redis.call('SET', KEYS[3], cmsgpack.pack(record), 'PX', ARGV[5])
return {OK}
