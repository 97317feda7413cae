-- Begins a log anew with what MySQL and the saver's memory say. It counts as reconciled, and is usable, when its
-- state names the generation: here where that was all, else by reconciled.lua.
-- KEYS: 1 marker, 2 state, 3 messages, 4 tombstones, 5 collapse keys.
-- ARGV: 1 generation, 2 '1': that was all, 3 head, 4 newest seq addressed to all, 5 floor, 6 where that was all: how long the
-- log stays where everything is acknowledged, in ms (0: as any other, for MySQL does not have all that is given), then name, acknowledged seq, newest
-- own seq, beginning and when it was last seen by mailbox.
-- Returns OK, what every mailbox acknowledged, 1 if Redis knew more of that than was given.
local OK, STALE = 0, 1
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {STALE} end
local head, least, newer = tonumber(ARGV[3]), nil, 0
local state = {ARGV[2] == '1' and ARGV[1] or '', head, tonumber(ARGV[4]), tonumber(ARGV[5]), 0, 0}
local known, seen = {}, {}
local packed = redis.call('GET', KEYS[2])
if packed then
  local old = cmsgpack.unpack(packed)
  for i = 7, #old, 5 do known[old[i]], seen[old[i]] = math.min(old[i + 1], head), old[i + 4] end
end
for i = 7, #ARGV, 5 do
  -- Redis may know a newer acknowledgement than MySQL, and of a later opening: these are persisted some seconds late.
  local acked = tonumber(ARGV[i + 1])
  if (known[ARGV[i]] or 0) > acked then acked, newer = known[ARGV[i]], 1 end
  if not least or acked < least then least = acked end
  state[i], state[i + 1] = ARGV[i], acked
  for field = 2, 4 do state[i + field] = tonumber(ARGV[i + field]) end
  state[i + 4] = math.max(state[i + 4], seen[ARGV[i]] or 0)
end
redis.call('DEL', KEYS[3], KEYS[4], KEYS[5])
local lifetime = LIFETIME
if head == 0 and #state < 7 then
  lifetime = EMPTY_LIFETIME
elseif ARGV[2] == '1' and ARGV[6] ~= '0' and newer == 0 and (least or state[4]) >= head then
  lifetime = ARGV[6]
end
redis.call('SET', KEYS[2], cmsgpack.pack(state), 'PX', lifetime)
return {OK, least or state[4], newer}
