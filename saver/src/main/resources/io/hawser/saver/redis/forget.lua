-- ARGV: 2 mailbox, 3 only if it is absent: last seen by then, in ms, not the log's last one, and nothing waits for it alone
-- ('': however that is), 4 now in ms.
-- Returns OK, 1 if it was there and is gone, the log's floor.
local PAGE = 64
-- Whether a message waits for this mailbox, and no other one had it or is to get it.
local function waits_alone(at, now)
  -- What came before all others began, it alone was there for.
  local others_begin = head
  for i = MAILBOXES, #state, FIELDS do
    if i ~= at then others_begin = math.min(others_begin, state[i + 3]) end
  end
  local from, to = state[at + 1] + 1, math.max(state[at + 2], others_begin)
  while from <= to do
    local page = redis.call('XRANGE', KEYS[3], id_of(from), id_of(to), 'COUNT', PAGE)
    for _, entry in ipairs(page) do
      local target = entry[2][8] or ''
      local alone = target == state[at] or (target == '' and seq_of(entry[1]) <= others_begin)
      if alone and tonumber(entry[2][2]) > now then return true end
    end
    if #page < PAGE then return false end
    from = seq_of(page[PAGE][1]) + 1
  end
  return false
end
local at = find(ARGV[2])
if not at then return {OK, 0, state[FLOOR]} end
if ARGV[3] ~= '' then
  local last = #state == MAILBOXES + FIELDS - 1
  if last or state[at + 4] > tonumber(ARGV[3]) or waits_alone(at, tonumber(ARGV[4])) then return {OK, 0, state[FLOOR]} end
end
local before = settled()
remove(at)
-- Nobody is left to read: the next mailbox begins with what comes from here on.
if #state < MAILBOXES then state[FLOOR] = head end
save_at_limit(trim(before) > before)
return {OK, 1, state[FLOOR]}
