-- Ends a reconciliation: from here on the log is usable.
-- KEYS as in reconcile.lua. ARGV: 1 generation, 2 how long the log stays from now on, in ms (0: as it would), then seq and
-- reason (with what stands behind it) by tombstone.
-- Returns OK; UNKNOWN where the log has left Redis meanwhile.
local OK, STALE, UNKNOWN = 0, 1, 2
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {STALE} end
local packed = redis.call('GET', KEYS[2])
if not packed then return {UNKNOWN} end
for i = 3, #ARGV, 2 do
  redis.call('HSET', KEYS[4], ARGV[i], ARGV[i + 1])
end
redis.call('PEXPIRE', KEYS[4], NOTES_LIFETIME)
local state = cmsgpack.unpack(packed)
state[1] = ARGV[1]
redis.call('SET', KEYS[2], cmsgpack.pack(state), 'KEEPTTL')
if ARGV[2] ~= '0' then redis.call('PEXPIRE', KEYS[2], ARGV[2]) end
return {OK}
