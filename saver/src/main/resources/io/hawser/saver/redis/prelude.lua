-- Goes before each script but mark.lua and the reconcile ones: checks that the caller's generation is the slot's present
-- one, and that the log was reconciled in it; then reads the log's state: one packed array, for taking a hash apart costs more than all else that a script does.
-- State: 1 generation, 2 head, 3 newest seq addressed to all, 4 floor, 5 bytes ever appended, 6 of these known to be
-- gone (or, since sweep.lua counted: these, messages then, time of the next expiry, and up to which seq append.lua looked
-- for messages that the mailbox they are for has acknowledged: there are none), then by mailbox name, acknowledged
-- seq, newest own seq, beginning, when it was last opened or acknowledged (ms, coarse).
-- KEYS: 1 the slot's marker, 2 the log's state, 3 its messages. ARGV: 1 the generation.
--
-- Numbers reach 2^53, which a Lua number holds; joined with '..' they would be cut to 14 digits, so ids are joined from
-- their two halves.
local OK, STALE, UNKNOWN, ABSENT, FULL, REPEATED, CONFLICT, LIMIT = 0, 1, 2, 3, 4, 5, 6, 7
local ACKNOWLEDGED, EXPIRED, COLLAPSED, DISPLACED = 2, 3, 4, 7
local UNIT = 4294967296
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {STALE} end
local packed = redis.call('GET', KEYS[2])
if not packed then return {UNKNOWN} end
local state = cmsgpack.unpack(packed)
if state[1] ~= ARGV[1] then return {UNKNOWN} end
local HEAD, LAST_ALL, FLOOR, BYTES, FREED, MAILBOXES, FIELDS = 2, 3, 4, 5, 6, 7, 5
local head = state[HEAD]
local function save()
  redis.call('SET', KEYS[2], cmsgpack.pack(state), 'KEEPTTL')
end
-- Where a mailbox stands in the state: its name there, its other fields behind.
local function find(name)
  for i = MAILBOXES, #state, FIELDS do
    if state[i] == name then return i end
  end
end
local function remove(at)
  for _ = 1, FIELDS do table.remove(state, at) end
end
local function id_of(seq)
  return string.format('%d-%d', math.floor(seq / UNIT), seq % UNIT)
end
local function seq_of(id)
  local generation, n = string.match(id, '(%d+)-(%d+)')
  return generation * UNIT + n
end
-- How many of the bytes ever appended are known to be gone.
local function freed_bytes()
  local freed = state[FREED]
  return type(freed) == 'table' and freed[1] or freed
end
local function looked_up_to()
  local freed = state[FREED]
  return type(freed) == 'table' and freed[4] or 0
end
-- All up to this seq is acknowledged by every mailbox.
local function settled()
  local least = state[MAILBOXES + 1] or state[FLOOR]
  for i = MAILBOXES + FIELDS + 1, #state, FIELDS do
    if state[i] < least then least = state[i] end
  end
  return least
end
