-- KEYS: 4 tombstones, 5 collapse keys.
-- ARGV: 2 mailbox, 3 after this seq, 4 most messages, 5 most bytes, 6 now in ms.
-- Returns OK, the seq up to which the answer is complete, 1 if there is more, then seq and content by message.
local PAGE = 64
local name, most_messages, most_bytes, now = ARGV[2], tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local at = find(name)
if not at then return {ABSENT} end
local last = math.max(tonumber(ARGV[3]), state[at + 1])
local reply, messages, bytes = {OK, head, 0}, 0, 0
if last >= head then return reply end
while true do
  local page = redis.call('XRANGE', KEYS[3], id_of(last + 1), '+', 'COUNT', PAGE)
  for _, entry in ipairs(page) do
    local seq, values = seq_of(entry[1]), entry[2]
    local target = values[8]
    if tonumber(values[2]) <= now then
      take_out(entry, EXPIRED, KEYS[4], KEYS[5])
    elseif not target or target == '' or target == name then
      local content = values[6]
      if messages >= most_messages or (messages > 0 and bytes + #content > most_bytes) then
        reply[2], reply[3] = last, 1
        return reply
      end
      messages, bytes = messages + 1, bytes + #content
      reply[#reply + 1] = seq
      reply[#reply + 1] = content
    end
    last = seq
  end
  if #page < PAGE then return reply end
end
