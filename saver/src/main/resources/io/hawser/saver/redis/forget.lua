-- ARGV: 2 mailbox.
-- Returns OK, 1 if it was there, the log's floor.
local name = ARGV[2]
if not acks[name] then return {OK, 0, floor} end
local before = settled()
redis.call('HDEL', KEYS[2], 'a:' .. name, 'o:' .. name, 's:' .. name)
acks[name] = nil
if #names == 1 then
  -- Nobody is left to read: the next mailbox begins with what comes from here on.
  floor = head
  redis.call('HSET', KEYS[2], 'f', floor)
end
trim(before)
return {OK, 1, floor}
