-- KEYS: 4 tombstones, 5 collapse keys. ARGV: 2 now in ms, 3 how many entries to look at, 4 where the run before ended ('': at the beginning).
-- Lets go of what has expired and counts what is there; with the last run it is known how many bytes that is.
-- Returns OK, where to go on ('': that was all).
local now, most, freed = tonumber(ARGV[2]), tonumber(ARGV[3]), state[FREED]
local from, bytes, messages, expiry = '-', 0, 0, 9007199254740991
if ARGV[4] ~= '' then
  from, bytes, messages, expiry = unpack(cmsgpack.unpack(ARGV[4]))
elseif type(freed) == 'table' and freed[2] == redis.call('XLEN', KEYS[3]) and freed[3] > now then
  -- Nothing came, went or expired since it was last counted.
  return {OK, ''}
end
local page = redis.call('XRANGE', KEYS[3], from, '+', 'COUNT', most)
for _, entry in ipairs(page) do
  local expires = tonumber(entry[2][2])
  if expires <= now then
    take_out(entry, EXPIRED, KEYS[4], KEYS[5])
  else
    bytes, messages, expiry = bytes + #entry[2][6], messages + 1, math.min(expiry, expires)
  end
end
if #page == most then
  from = id_of(seq_of(page[#page][1]) + 1)
  return {OK, cmsgpack.pack({from, bytes, messages, expiry})}
end
state[FREED] = {math.max(freed_bytes(), state[BYTES] - bytes), messages, expiry, looked_up_to()}
save()
return {OK, ''}
