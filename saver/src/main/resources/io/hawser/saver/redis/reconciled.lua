-- Ends a reconciliation: from here on the log is usable.
-- KEYS as in reconcile.lua. ARGV: 1 generation, then seq and reason by tombstone.
local OK, STALE = 0, 1
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {STALE} end
for i = 2, #ARGV, 2 do
  redis.call('HSET', KEYS[4], ARGV[i], ARGV[i + 1])
end
redis.call('HSET', KEYS[2], 'g', ARGV[1])
return {OK}
