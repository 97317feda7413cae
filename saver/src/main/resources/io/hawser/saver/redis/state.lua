-- Returns OK, head, newest seq addressed to all, floor, then name, acknowledged seq, newest own seq and beginning by mailbox.
local reply = {OK, head, last_all, floor}
for _, name in ipairs(names) do
  reply[#reply + 1] = name
  reply[#reply + 1] = acks[name]
  reply[#reply + 1] = own[name] or 0
  reply[#reply + 1] = begins[name] or 0
end
return reply
