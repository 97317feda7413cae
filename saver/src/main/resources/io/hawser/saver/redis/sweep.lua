-- KEYS: 4 tombstones. ARGV: 2 now in ms, 3 how many entries to look at.
-- Lets go of what has expired among the oldest. Returns OK, how many went.
local swept = 0
for _, entry in ipairs(redis.call('XRANGE', KEYS[3], '-', '+', 'COUNT', ARGV[3])) do
  if tonumber(entry[2][2]) <= tonumber(ARGV[2]) then
    redis.call('XDEL', KEYS[3], entry[1])
    redis.call('HSET', KEYS[4], string.format('%.0f', seq_of(entry[1])), EXPIRED)
    swept = swept + 1
  end
end
return {OK, swept}
