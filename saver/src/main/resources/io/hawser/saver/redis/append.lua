-- KEYS: 4 the request's record, 5 tombstones, 6 collapse keys.
-- ARGV: 2 target ('': all), 3 expiry in ms, 4 content, 5 hash of the body, 6 lifetime of the record in ms (0: none),
-- 7 now in ms, 8 collapse key, 9 '1': the user must exist, 10 most messages, 11 most bytes, 12 most mailboxes,
-- 13 how many of the oldest may make room, 14 '1': also where it is not known whether some have expired.
-- Returns OK, seq, collapsed seq, where the target begins if it is new (else -1), how many made room, seq and tombstone of
-- each, then name and previous seq by mailbox; or REPEATED, seq, time of acceptance, then name and previous seq by mailbox.
local target = ARGV[2]
local remembered = redis.call('GET', KEYS[4])
if remembered then
  local record = cmsgpack.unpack(remembered)
  if record[1] == ARGV[1] then
    if record[2] ~= ARGV[5] then return {CONFLICT} end
    record[2] = REPEATED
    table.remove(record, 1)
    return record
  end
end
local mailboxes = (#state - MAILBOXES + 1) / FIELDS
local own = target ~= '' and find(target)
if ARGV[9] == '1' and (mailboxes == 0 or (target ~= '' and not own)) then return {ABSENT} end
local created = -1
if target ~= '' and not own then
  if mailboxes >= tonumber(ARGV[12]) then return {LIMIT} end
  created = mailboxes == 0 and state[FLOOR] or head
end
local key = ARGV[8] ~= '' and target .. '\0' .. ARGV[8]
local collapsed, collapsing = 0, 0
if key then
  local old = tonumber(redis.call('HGET', KEYS[6], key) or 0)
  local entry = old > settled() and redis.call('XRANGE', KEYS[3], id_of(old), id_of(old))[1]
  if entry then collapsed, collapsing = old, #entry[2][6] end
end
local messages, known, most_messages, most = redis.call('XLEN', KEYS[3]), state[FREED], tonumber(ARGV[10]), tonumber(ARGV[11])
-- Nothing went since they were counted (sweep.lua): then what is appended is counted on.
local counted = type(known) == 'table' and known[2] == messages and known
local left, looked = messages - (collapsed > 0 and 1 or 0), looked_up_to()
local bytes, freed = state[BYTES] + #ARGV[4], freed_bytes() + collapsing
if messages == 0 then freed = state[BYTES] end
if bytes - freed > most and messages > 0 then
  -- What was trimmed has not been counted as freed: the oldest entry says how many bytes were ever before it.
  local oldest = redis.call('XRANGE', KEYS[3], '-', '+', 'COUNT', 1)[1][2]
  freed = math.max(freed, oldest[4] - #oldest[6])
end
local function full() return left >= most_messages or bytes - freed > most end
local dropped, most_dropped = {}, tonumber(ARGV[13])
if full() then
  local alive = counted and counted[3] > tonumber(ARGV[7])
  if most_dropped == 0 or #ARGV[4] > most or not (alive or ARGV[14] == '1') then return {FULL} end
  local function enough() return not full() or #dropped >= 2 * most_dropped end
  local function drop(old, size, why)
    dropped[#dropped + 1], dropped[#dropped + 2] = old, why
    left, freed = left - 1, freed + size
  end
  looked = math.max(looked, settled())
  looked = math.max(looked, make_room(looked + 1, acknowledged_alone(), function(old, to)
    if enough() then return false end
    local own = to ~= '' and old ~= collapsed and find(to)
    return own and has(own, old) and epitaph(old, to) or nil
  end, drop))
  make_room(1, head, function(old, to)
    if enough() then return false end
    return old ~= collapsed and epitaph(old, to) or nil
  end, drop)
end
local base = ARGV[1] * UNIT
local seq = math.max(head, base) + 1
if key then
  if collapsed > 0 then
    redis.call('XDEL', KEYS[3], id_of(collapsed))
    bury(KEYS[5], collapsed, COLLAPSED)
  end
  redis.call('HSET', KEYS[6], key, seq)
  redis.call('PEXPIRE', KEYS[6], NOTES_LIFETIME)
end
local id = ARGV[1] .. '-' .. (seq - base)
local chain = {}
if target == '' then
  if ARGV[8] == '' then
    redis.call('XADD', KEYS[3], id, 'x', ARGV[3], 'b', bytes, 'v', ARGV[4])
  else
    redis.call('XADD', KEYS[3], id, 'x', ARGV[3], 'b', bytes, 'v', ARGV[4], 't', '', 'k', ARGV[8])
  end
  for i = MAILBOXES, #state, FIELDS do
    chain[#chain + 1] = state[i]
    chain[#chain + 1] = math.max(state[LAST_ALL], state[i + 2])
  end
  state[LAST_ALL] = seq
else
  redis.call('XADD', KEYS[3], id, 'x', ARGV[3], 'b', bytes, 'v', ARGV[4], 't', target, 'k', ARGV[8])
  if not own then
    own = #state + 1
    state[own], state[own + 1], state[own + 2], state[own + 3], state[own + 4] = target, created, 0, created, tonumber(ARGV[7])
  end
  chain[1], chain[2] = target, math.max(state[LAST_ALL], state[own + 2])
  state[own + 2] = seq
end
if counted then
  freed = {freed, left + 1, math.min(counted[3], tonumber(ARGV[3])), looked}
elseif looked > 0 then
  freed = {freed, -1, 0, looked}
end
state[HEAD], state[BYTES], state[FREED] = seq, bytes, freed
redis.call('SET', KEYS[2], cmsgpack.pack(state), 'PX', LIFETIME)
redis.call('PEXPIRE', KEYS[3], MESSAGES_LIFETIME)
if ARGV[6] ~= '0' then
  local record = {ARGV[1], ARGV[5], seq, tonumber(ARGV[7])}
  for i = 1, #chain do record[i + 4] = chain[i] end
  redis.call('SET', KEYS[4], cmsgpack.pack(record), 'PX', ARGV[6])
end
local reply = {OK, seq, collapsed, created, #dropped / 2}
for i = 1, #dropped do reply[#reply + 1] = dropped[i] end
for i = 1, #chain do reply[#reply + 1] = chain[i] end
return reply
