/*
 * The small Lua scripts behind leases, pacing and the ledger. Each does in one round trip what must not be torn apart.
 * All keys of an installation share one hash tag, so the scripts also run on a cluster. Times come from Redis alone: workers'
 * clocks may differ. No script ever sees a secret: names, tokens and JSON of ids only.
 */

const NOW = `local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000)`;

/**
 * KEYS: leases hash, alive zset, token counter. ARGV: lease ms, names. Returns the new token, or 0 when a name is held. The counter
 * begins at the time, so that a Redis that was emptied never gives a token again to which a stale worker still clings.
 */
export const ACQUIRE = `
${NOW}
local names = {}
for i = 2, #ARGV do names[#names + 1] = ARGV[i] end
local held = redis.call('HMGET', KEYS[1], unpack(names))
local seen = {}
for i = 1, #names do
  local holder = held[i]
  if holder and not seen[holder] then
    local expiry = redis.call('ZSCORE', KEYS[2], holder)
    if expiry and tonumber(expiry) > now then return 0 end
    seen[holder] = true
  end
end
if redis.call('EXISTS', KEYS[3]) == 0 then redis.call('SET', KEYS[3], string.format('%.0f', now)) end
local token = redis.call('INCR', KEYS[3])
local fields = {}
for i = 1, #names do
  fields[#fields + 1] = names[i]
  fields[#fields + 1] = token
end
redis.call('HSET', KEYS[1], unpack(fields))
redis.call('ZADD', KEYS[2], now + ARGV[1], token)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - 3600000)
return token
`;

/** KEYS: alive zset. ARGV: lease ms, tokens. Renews those still alive; returns those that are lost for good. */
export const RENEW = `
${NOW}
local lost = {}
for i = 2, #ARGV do
  local expiry = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if expiry and tonumber(expiry) > now then
    redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[i])
  else
    lost[#lost + 1] = ARGV[i]
  end
end
return lost
`;

/** KEYS: alive zset. ARGV: token. Returns 1 while the lease holds. */
export const CONFIRM = `
${NOW}
local expiry = redis.call('ZSCORE', KEYS[1], ARGV[1])
if expiry and tonumber(expiry) > now then return 1 end
return 0
`;

/** KEYS: leases hash, alive zset. ARGV: token, names. Gives the names back if they are still this token's. */
export const RELEASE = `
local names = {}
for i = 2, #ARGV do names[#names + 1] = ARGV[i] end
local held = redis.call('HMGET', KEYS[1], unpack(names))
local mine = {}
for i = 1, #names do
  if held[i] == ARGV[1] then mine[#mine + 1] = names[i] end
end
if #mine > 0 then redis.call('HDEL', KEYS[1], unpack(mine)) end
redis.call('ZREM', KEYS[2], ARGV[1])
return #mine
`;

/** KEYS: leases hash. ARGV: token, name. Gives one name back if it is still this token's. */
export const DROP = `
if redis.call('HGET', KEYS[1], ARGV[2]) == ARGV[1] then return redis.call('HDEL', KEYS[1], ARGV[2]) end
return 0
`;

/** KEYS: outcomes hash, alive zset. ARGV: token, field, value, ... Returns 0 and writes nothing when the lease is lost. */
export const CHECKPOINT = `
${NOW}
local expiry = redis.call('ZSCORE', KEYS[2], ARGV[1])
if not (expiry and tonumber(expiry) > now) then return 0 end
local fields = {}
for i = 2, #ARGV do fields[#fields + 1] = ARGV[i] end
redis.call('HSET', KEYS[1], unpack(fields))
return 1
`;

/** KEYS: key's pace. ARGV: ms between turns, turns wanted. Returns how long to wait for the first of them, in ms. */
export const TAKE_TURNS = `
${NOW}
local free = tonumber(redis.call('GET', KEYS[1]) or '0')
local first = math.max(now, free)
local last = first + ARGV[1] * ARGV[2]
redis.call('SET', KEYS[1], last, 'PX', math.ceil(last - now) + 60000)
return math.ceil(first - now)
`;

/** KEYS: key's pace. ARGV: ms. No turn before that much from now. */
export const BACK_OFF = `
${NOW}
local free = tonumber(redis.call('GET', KEYS[1]) or '0')
local next = math.max(free, now + ARGV[1])
redis.call('SET', KEYS[1], next, 'PX', math.ceil(next - now) + 60000)
return 1
`;

/**
 * KEYS: active hash, rotation hash, rotations zset, story. ARGV: account/environment, rotation id, opened at (ms), story line,
 * then the record's fields. Returns the id of the rotation that is open now: this one, or the one that was already.
 */
export const OPEN_ROTATION = `
if redis.call('EXISTS', KEYS[2]) == 1 then return ARGV[2] end
local active = redis.call('HGET', KEYS[1], ARGV[1])
if active then return active end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
local fields = {}
for i = 5, #ARGV do fields[#fields + 1] = ARGV[i] end
redis.call('HSET', KEYS[2], unpack(fields))
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[2])
redis.call('RPUSH', KEYS[4], ARGV[4])
return ARGV[2]
`;

/**
 * KEYS: rotation hash, alive zset, active hash, story. ARGV: token, state expected, story line, account/environment, rotation id,
 * '1' to free the slot, '1' to make this the latest promoted rotation, then fields. Returns 1 when done, 0 when the lease is lost,
 * -1 when the state is another one by now.
 */
export const ADVANCE = `
${NOW}
local expiry = redis.call('ZSCORE', KEYS[2], ARGV[1])
if not (expiry and tonumber(expiry) > now) then return 0 end
if redis.call('HGET', KEYS[1], 'state') ~= ARGV[2] then return -1 end
local fields = {}
for i = 8, #ARGV do fields[#fields + 1] = ARGV[i] end
redis.call('HSET', KEYS[1], unpack(fields))
redis.call('RPUSH', KEYS[4], ARGV[3])
if ARGV[6] == '1' and redis.call('HGET', KEYS[3], ARGV[4]) == ARGV[5] then redis.call('HDEL', KEYS[3], ARGV[4]) end
if ARGV[7] == '1' then redis.call('HSET', KEYS[3], 'latest:' .. ARGV[4], ARGV[5]) end
return 1
`;
