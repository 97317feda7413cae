-- ARGV: 2 mailbox, 3 seq.
-- Returns OK, what now counts as acknowledged, what every mailbox acknowledged, the head.
local name = ARGV[2]
local acked = acks[name]
if not acked then return {ABSENT} end
local before = settled()
local seq = math.min(tonumber(ARGV[3]), head)
if seq <= acked then return {OK, acked, before, head} end
redis.call('HSET', KEYS[2], 'a:' .. name, seq)
acks[name] = seq
return {OK, seq, trim(before), head}
