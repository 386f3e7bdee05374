<?php

declare(strict_types=1);

namespace Keyturn\Host\Whmcs;

use function Keyturn\Host\config;

/** Who may call which action. All of these refusals go out with HTTP 403. */
final class ApiGate
{
    private const DEFAULT_CREDENTIAL = ['identifier' => 'host-identifier', 'secret' => 'host-secret'];

    /** @param array<mixed> $fields */
    public static function refusal(array $fields, string $caller, string $action): ?string
    {
        if (in_array($caller, config('bannedAddresses', []), true)) {
            return 'IP Banned';
        }
        if (!self::isListed($fields, $caller)) {
            return "Invalid IP $caller";
        }
        $identifier = self::text($fields, 'identifier') ?: self::text($fields, 'username');
        $secret = self::text($fields, 'secret') ?: self::text($fields, 'password');
        if ($identifier === '' || $secret === '') {
            return 'Invalid or missing credentials';
        }
        foreach (config('credentials', [self::DEFAULT_CREDENTIAL]) as $credential) {
            if ($credential['identifier'] === $identifier && $credential['secret'] === $secret) {
                return self::isTicked($credential, $action)
                    ? null
                    : "Invalid Permissions: API action \"$action\" is not allowed";
            }
        }
        return 'Authentication Failed';
    }

    /** @param array<mixed> $fields */
    private static function isListed(array $fields, string $caller): bool
    {
        $key = config('accessKey');
        if ($key !== null && self::text($fields, 'accesskey') === $key) {
            return true;
        }
        $listed = config('apiAddresses');
        return $listed === null || in_array($caller, $listed, true);
    }

    /** @param array<string, mixed> $credential its role ticks `actions`; everything if there is no such list */
    private static function isTicked(array $credential, string $action): bool
    {
        return !isset($credential['actions'])
            || in_array($action, array_map('strtolower', $credential['actions']), true);
    }

    /** @param array<mixed> $fields */
    private static function text(array $fields, string $name): string
    {
        return is_string($fields[$name] ?? null) ? $fields[$name] : '';
    }
}
