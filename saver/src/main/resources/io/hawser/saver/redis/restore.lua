-- Puts messages back into a log that is being reconciled.
-- KEYS as in reconcile.lua. ARGV: 1 generation, then id, seq, expiry, target, collapse key and content by message, ascending.
-- Returns OK; UNKNOWN where the log has left Redis meanwhile.
local OK, STALE, UNKNOWN = 0, 1, 2
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {STALE} end
local packed = redis.call('GET', KEYS[2])
if not packed then return {UNKNOWN} end
local state = cmsgpack.unpack(packed)
local bytes = state[5]
for i = 2, #ARGV, 6 do
  local target, key, content = ARGV[i + 3], ARGV[i + 4], ARGV[i + 5]
  bytes = bytes + #content
  redis.call('XADD', KEYS[3], ARGV[i], 'x', ARGV[i + 2], 'b', bytes, 'v', content, 't', target, 'k', key)
  if key ~= '' then redis.call('HSET', KEYS[5], target .. '\0' .. key, ARGV[i + 1]) end
end
redis.call('PEXPIRE', KEYS[3], MESSAGES_LIFETIME)
redis.call('PEXPIRE', KEYS[5], NOTES_LIFETIME)
state[5] = bytes
redis.call('SET', KEYS[2], cmsgpack.pack(state), 'KEEPTTL')
return {OK}
