<?php

/** Settings > Security > API Access: who may call what from where. */
final class ApiKeys
{
    public static function find(string $id, string $key): ?array
    {
        $query = hbm_db()->prepare('SELECT * FROM hb_api_access WHERE api_id = ?');
        $query->execute([$id]);
        $row = $query->fetch();
        return $row && hash_equals((string) $row['api_key'], $key) ? $row : null;
    }

    /** `all`, an address, an address with a mask as CIDR or as dotted quad; empty means all. */
    public static function admits(array $row, string $address): bool
    {
        $allowed = trim((string) $row['ip']);
        if ($allowed === '' || $allowed === 'all') {
            return true;
        }
        [$network, $mask] = explode('/', $allowed, 2) + [1 => '255.255.255.255'];
        $bits = ctype_digit($mask) ? (-1 << (32 - (int) $mask)) & 0xffffffff : ip2long($mask);
        return (ip2long($network) & $bits) === (ip2long($address) & $bits);
    }

    /** New keys have every function. */
    public static function allows(array $row, string $function): bool
    {
        return $row['functions'] === null || in_array($function, explode(',', $row['functions']), true);
    }
}
