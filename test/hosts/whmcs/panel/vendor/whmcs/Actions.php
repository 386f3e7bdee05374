<?php

declare(strict_types=1);

namespace Keyturn\Host\Whmcs;

use function Keyturn\Host\config;

/** The official actions that Keyturn and its connector use, remote and through localAPI(). */
final class Actions
{
    private const ACTIONS = [
        'whmcsdetails' => 'details',
        'getregistrars' => 'registrars',
        'getmoduleconfigurationparameters' => 'parameters',
        'updatemoduleconfiguration' => 'update',
        'decryptpassword' => 'decryptPassword',
        'getclientsdomains' => 'domains',
        'domaingetnameservers' => 'nameservers',
    ];

    public static function knows(string $action): bool
    {
        return isset(self::ACTIONS[$action]);
    }

    /**
     * @param array<mixed> $fields
     * @return array<string, mixed>
     */
    public static function run(string $action, array $fields): array
    {
        $method = self::ACTIONS[$action] ?? null;
        if ($method === null) {
            return self::error("Invalid API Action: \"$action\" is not a valid API action");
        }
        return self::$method($fields);
    }

    /** @return array<string, mixed> */
    public static function error(string $message): array
    {
        return ['result' => 'error', 'message' => $message];
    }

    /** @return array<string, mixed> */
    private static function details(): array
    {
        $version = config('whmcsVersion', '8.13.1');
        return ['result' => 'success', 'whmcs' => ['version' => $version, 'canonicalversion' => "$version-release.1"]];
    }

    /** @return array<string, mixed> */
    private static function registrars(): array
    {
        $list = Registrars::isActive('domainnameapi')
            ? [['module' => 'domainnameapi', 'display_name' => 'DomainNameAPI']]
            : [];
        return ['result' => 'success', 'registrars' => $list];
    }

    /**
     * @param array<mixed> $fields
     * @return array<string, mixed>|null
     */
    private static function wrongModule(array $fields): ?array
    {
        if (($fields['moduleType'] ?? '') !== 'registrar') {
            return self::error(
                'Invalid module type provided. Supported module types include: gateway, registrar, addon, fraud'
            );
        }
        $isThere = is_string($fields['moduleName'] ?? null) && Registrars::hasFiles($fields['moduleName']);
        return $isThere ? null : self::error('Invalid module name provided.');
    }

    /**
     * @param array<mixed> $fields
     * @return array<string, mixed>
     */
    private static function parameters(array $fields): array
    {
        $wrong = self::wrongModule($fields);
        if ($wrong !== null) {
            return $wrong;
        }
        $parameters = [];
        foreach (self::configArray($fields['moduleName']) as $name => $field) {
            if (isset($field['Type']) && $field['Type'] !== 'System') {
                $parameters[] = [
                    'name' => $name,
                    'displayName' => $field['FriendlyName'] ?? $name,
                    'fieldType' => $field['Type'],
                ];
            }
        }
        return ['result' => 'success', 'parameters' => $parameters];
    }

    /**
     * @param array<mixed> $fields
     * @return array<string, mixed>
     */
    private static function update(array $fields): array
    {
        $wrong = self::wrongModule($fields);
        if ($wrong !== null) {
            return $wrong;
        }
        $module = $fields['moduleName'];
        if (!Registrars::isActive($module)) {
            return self::error('Module Configuration Update Failed: Module is not active');
        }
        $declared = self::configArray($module);
        $sent = array_intersect_key((array) ($fields['parameters'] ?? []), $declared);
        if (config('saves', 'as-sent') !== 'nothing') {
            Registrars::save($module, array_map(static fn ($value): string => self::stored((string) $value), $sent));
        }
        $names = implode(', ', array_keys($sent));
        Logs::activity("Registrar Configuration Modified: $module ($names)");
        return ['result' => 'success'];
    }

    /** Config `saves`: a WHMCS that turns special characters into entities once more, local calls included. */
    private static function stored(string $value): string
    {
        return config('saves', 'as-sent') === 'entities' ? htmlspecialchars($value, ENT_QUOTES) : $value;
    }

    /** @return array<string, array<string, mixed>> */
    public static function configArray(string $module): array
    {
        require_once Registrars::file($module);
        return ("{$module}_getConfigArray")(Registrars::read($module));
    }

    /**
     * @param array<mixed> $fields
     * @return array<string, mixed>
     */
    private static function decryptPassword(array $fields): array
    {
        $plain = Cipher::decrypt((string) ($fields['password2'] ?? ''));
        return ['result' => 'success', 'password' => htmlspecialchars($plain, ENT_QUOTES)];
    }

    /**
     * @param array<mixed> $fields
     * @return array<string, mixed>
     */
    private static function domains(array $fields): array
    {
        $domain = Domains::byId((string) ($fields['domainid'] ?? ''));
        $list = $domain === null ? [] : [$domain];
        $count = count($list);
        $counts = ['totalresults' => $count, 'startnumber' => 0, 'numreturned' => $count];
        return ['result' => 'success'] + $counts + ['domains' => ['domain' => $list]];
    }

    /**
     * @param array<mixed> $fields
     * @return array<string, mixed>
     */
    private static function nameservers(array $fields): array
    {
        $domain = Domains::byId((string) ($fields['domainid'] ?? ''));
        if ($domain === null) {
            return self::error('Domain ID Not Found');
        }
        $answer = Domains::ask($domain, 'GetNameservers');
        if ($answer === null) {
            return self::error('Registrar Function Not Supported');
        }
        return isset($answer['error']) ? self::error($answer['error']) : ['result' => 'success'] + $answer;
    }
}
