-- Ends a reconciliation: from here on the log is usable.
-- KEYS as in reconcile.lua. ARGV: 1 generation, then seq and reason (with what stands behind it) by tombstone.
local OK, STALE = 0, 1
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {STALE} end
for i = 2, #ARGV, 2 do
  redis.call('HSET', KEYS[4], ARGV[i], ARGV[i + 1])
end
redis.call('PEXPIRE', KEYS[4], NOTES_LIFETIME)
local state = cmsgpack.unpack(redis.call('GET', KEYS[2]))
state[1] = ARGV[1]
redis.call('SET', KEYS[2], cmsgpack.pack(state), 'KEEPTTL')
return {OK}
