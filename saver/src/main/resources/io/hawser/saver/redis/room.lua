-- Goes between bury.lua and append.lua: takes messages out so that a new one has room. First those that the mailbox they
-- are for has acknowledged, then the oldest.
-- KEYS as in append.lua.
local PAGE = 16
-- Whether a mailbox, by where it stands in the state, was there for a message and has acknowledged it.
local function has(at, seq)
  return seq > state[at + 3] and seq <= state[at + 1]
end
-- What is known of a message that makes room, as a tombstone: why it is gone, whom it was for, who of them had it.
local function epitaph(seq, target)
  local reason, had = DISPLACED, ''
  for i = MAILBOXES, #state, FIELDS do
    if (target == '' or target == state[i]) and has(i, seq) then
      had = had .. '\0' .. state[i]
      if target ~= '' then reason = ACKNOWLEDGED end
    end
  end
  return reason .. '\0' .. target .. had
end
-- Goes through the messages from one seq to another. choose says what becomes of each: its epitaph, nil where it stays,
-- false where that is enough. Returns the seq up to which it came.
local function make_room(from, to, choose, drop)
  while from <= to do
    local page = redis.call('XRANGE', KEYS[3], id_of(from), id_of(to), 'COUNT', PAGE)
    for _, entry in ipairs(page) do
      local seq = seq_of(entry[1])
      local why = choose(seq, entry[2][8] or '')
      if why == false then return seq - 1 end
      if why then
        drop(seq, #entry[2][6], why)
        take_out(entry, why, KEYS[5], KEYS[6])
      end
    end
    if #page < PAGE then return to end
    from = seq_of(page[PAGE][1]) + 1
  end
  return to
end
-- Beyond this seq nothing is there that the mailbox it is for alone has acknowledged.
local function acknowledged_alone()
  local most = 0
  for i = MAILBOXES, #state, FIELDS do most = math.max(most, math.min(state[i + 1], state[i + 2])) end
  return most
end
