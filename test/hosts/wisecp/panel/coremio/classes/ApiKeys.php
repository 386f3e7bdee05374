<?php

declare(strict_types=1);

/** API credentials (config `keys`): key, scopes, addresses (empty: any), budget per minute. Kept as digests, used by both APIs. */
final class ApiKeys
{
    public static function find(string $given): ?array
    {
        foreach (\Keyturn\Host\config('keys', []) as $one) {
            if ($given !== '' && hash_equals(hash('sha256', $one['key']), hash('sha256', $given))) {
                return $one + ['scopes' => [], 'addresses' => [], 'budget' => 10000];
            }
        }
        return null;
    }

    public static function isListed(array $key, string $address): bool
    {
        return $key['addresses'] === [] || in_array($address, $key['addresses'], true);
    }

    /** WISECP 5 cuts a scope at its first slash, so that "Module:Addons/*" stands for every addon. */
    public static function mayUse(array $key, string $scope): bool
    {
        $group = substr($scope, 0, (int) strpos($scope, '/'));
        return array_intersect(['*', "$group/*", $scope], $key['scopes']) !== [];
    }

    /** Counts this call; false once the minute's budget is used up. */
    public static function spend(array $key): bool
    {
        $database = \Keyturn\Host\database();
        $name = hash('sha256', $key['key']) . '-' . intdiv(time(), 60);
        $database->prepare('INSERT INTO api_budget (name, calls) VALUES (?, 1) ON DUPLICATE KEY UPDATE calls = calls + 1')
            ->execute([$name]);
        $count = $database->prepare('SELECT calls FROM api_budget WHERE name = ?');
        $count->execute([$name]);
        return (int) $count->fetchColumn() <= $key['budget'];
    }

    /** The panel's record of API calls: what came in, and what went out. */
    public static function record(string $call, string $body, string $answer): void
    {
        \Keyturn\Host\writeLog('api', json_encode([$call, $_SERVER['REMOTE_ADDR'], $body, $answer]));
    }
}
