-- Returns OK, head, messages, bytes, then name, acknowledged seq, newest seq and number of pending messages by mailbox.
local PAGE = 256
local pending = {}
for _, name in ipairs(names) do pending[name] = 0 end
local from, bytes = '-', 0
while true do
  local page = redis.call('XRANGE', KEYS[3], from, '+', 'COUNT', PAGE)
  for _, entry in ipairs(page) do
    local seq, target = seq_of(entry[1]), entry[2][8]
    bytes = bytes + #entry[2][6]
    for _, name in ipairs(names) do
      if seq > acks[name] and (not target or target == '' or target == name) then pending[name] = pending[name] + 1 end
    end
  end
  if #page < PAGE then break end
  from = id_of(seq_of(page[#page][1]) + 1)
end
local reply = {OK, head, redis.call('XLEN', KEYS[3]), bytes}
for _, name in ipairs(names) do
  reply[#reply + 1] = name
  reply[#reply + 1] = acks[name]
  reply[#reply + 1] = last_of(name)
  reply[#reply + 1] = pending[name]
end
return reply
