-- Returns OK, head, messages, bytes, then name, acknowledged seq, newest seq and number of pending messages by mailbox.
local PAGE = 256
local pending = {}
for i = MAILBOXES, #state, FIELDS do pending[i] = 0 end
local from, bytes = '-', 0
while true do
  local page = redis.call('XRANGE', KEYS[3], from, '+', 'COUNT', PAGE)
  for _, entry in ipairs(page) do
    local seq, target = seq_of(entry[1]), entry[2][8]
    bytes = bytes + #entry[2][6]
    for i = MAILBOXES, #state, FIELDS do
      if seq > state[i + 1] and (not target or target == '' or target == state[i]) then pending[i] = pending[i] + 1 end
    end
  end
  if #page < PAGE then break end
  from = id_of(seq_of(page[#page][1]) + 1)
end
local reply = {OK, head, redis.call('XLEN', KEYS[3]), bytes}
for i = MAILBOXES, #state, FIELDS do
  reply[#reply + 1] = state[i]
  reply[#reply + 1] = state[i + 1]
  reply[#reply + 1] = math.max(state[LAST_ALL], state[i + 2])
  reply[#reply + 1] = pending[i]
end
return reply
