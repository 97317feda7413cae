-- Goes before each script but mark.lua and the reconcile ones: checks that the caller's generation is the slot's present
-- one, and that the log was reconciled in it; then reads the log's numbers.
-- KEYS: 1 the slot's marker, 2 the log's numbers, 3 its messages. ARGV: 1 the generation.
--
-- Numbers reach 2^53, which a Lua number holds; joined with '..' they would be cut to 14 digits, so ids are joined from
-- their two halves.
local OK, STALE, UNKNOWN, ABSENT, FULL, REPEATED, CONFLICT, LIMIT = 0, 1, 2, 3, 4, 5, 6, 7
local EXPIRED, COLLAPSED = 3, 4
local UNIT = 4294967296
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {STALE} end
local meta = redis.call('HGETALL', KEYS[2])
local fields, names, acks, own, begins = {}, {}, {}, {}, {}
for i = 1, #meta, 2 do
  local field, value = meta[i], meta[i + 1]
  local kind = string.sub(field, 1, 2)
  if kind == 'a:' then
    local name = string.sub(field, 3)
    names[#names + 1] = name
    acks[name] = tonumber(value)
  elseif kind == 'o:' then
    own[string.sub(field, 3)] = tonumber(value)
  elseif kind == 's:' then
    begins[string.sub(field, 3)] = tonumber(value)
  else
    fields[field] = value
  end
end
if fields.g ~= ARGV[1] then return {UNKNOWN} end
local head, last_all, floor = tonumber(fields.h), tonumber(fields.w), tonumber(fields.f)
local function id_of(seq)
  return string.format('%d-%d', math.floor(seq / UNIT), seq % UNIT)
end
local function seq_of(id)
  local generation, n = string.match(id, '(%d+)-(%d+)')
  return generation * UNIT + n
end
-- All up to this seq is acknowledged by every mailbox.
local function settled()
  local least = nil
  for _, acked in pairs(acks) do
    if not least or acked < least then least = acked end
  end
  return least or floor
end
local function last_of(name)
  return math.max(last_all, own[name] or 0)
end
