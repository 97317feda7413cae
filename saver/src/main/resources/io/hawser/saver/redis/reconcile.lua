-- Begins a log anew with what MySQL and the saver's memory say. It counts as reconciled, and is usable, when field g is
-- set: here where that was all, else by reconciled.lua.
-- KEYS: 1 marker, 2 numbers, 3 messages, 4 tombstones, 5 collapse keys.
-- ARGV: 1 generation, 2 '1': that was all, 3 head, 4 newest seq addressed to all, 5 floor, then name, acknowledged seq,
-- newest own seq and beginning by mailbox.
-- Returns OK, what every mailbox acknowledged, 1 if Redis knew more of that than was given.
local OK, STALE = 0, 1
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {STALE} end
local head, least, newer = tonumber(ARGV[3]), nil, 0
local fields = {'h', ARGV[3], 'w', ARGV[4], 'f', ARGV[5], 'b', '0', 'd', '0'}
for i = 6, #ARGV, 4 do
  local name = ARGV[i]
  -- Redis may know a newer acknowledgement than MySQL: these are persisted some seconds late.
  local known = tonumber(redis.call('HGET', KEYS[2], 'a:' .. name) or 0)
  if math.min(known, head) > tonumber(ARGV[i + 1]) then newer = 1 end
  local acked = math.max(math.min(known, head), tonumber(ARGV[i + 1]))
  if not least or acked < least then least = acked end
  fields[#fields + 1] = 'a:' .. name
  fields[#fields + 1] = acked
  fields[#fields + 1] = 'o:' .. name
  fields[#fields + 1] = ARGV[i + 2]
  fields[#fields + 1] = 's:' .. name
  fields[#fields + 1] = ARGV[i + 3]
end
redis.call('DEL', KEYS[2], KEYS[3], KEYS[4], KEYS[5])
if ARGV[2] == '1' then
  fields[#fields + 1] = 'g'
  fields[#fields + 1] = ARGV[1]
end
redis.call('HSET', KEYS[2], unpack(fields))
return {OK, least or tonumber(ARGV[5]), newer}
