<?php

declare(strict_types=1);

namespace Keyturn\Connector\ClientExec;

/**
 * How ClientExec is started. Its makers document no include for an endpoint of one's own, so what is known to be in use is listed
 * here, in the order in which it is tried, and nowhere else.
 *
 * - `front`: what callback.php of every published gateway does, here for the page of our snapin (the address that published
 *   snapins give their own pages: fuse=admin, controller=snapins, view=snapin). If ClientExec shows another page instead, or a
 *   login, it has been started all the same, and its settings are at hand as `new CE_Settings()`.
 * - `parts`: what the chat of ClientExec's own live visitor plugin does, for an installation without the front controller.
 */
final class Boot
{
    public const WAYS = [
        'front' => [
            'needs' => ['library/front.php'],
            'files' => ['library/front.php'],
            'route' => [
                'fuse' => 'admin',
                'controller' => 'snapins',
                'view' => 'snapin',
                'plugin' => 'keyturn',
                'v' => 'view',
            ],
        ],
        'parts' => [
            'needs' => ['config.php', 'library/constants.php', 'library/CE/Lib.php', 'library/Zend/Loader/Autoloader.php'],
            'files' => [
                'config.php',
                'library/constants.php',
                'library/CE/Lib.php',
                'plugins/snapin/keyturn/adapter/parts.php',
            ],
            'route' => [],
        ],
    ];

    /** Name of the first way whose files are all there; null if this is no ClientExec that we know. */
    public static function way(string $root): ?string
    {
        foreach (self::WAYS as $name => $way) {
            if (self::hasAll($root, $way['needs'])) {
                return $name;
            }
        }
        return null;
    }

    /** @return array<int,string> what to include, in order, at the top level of the entry */
    public static function files(string $root): array
    {
        $way = self::way($root);
        if ($way === null) {
            return [];
        }
        return array_map(function (string $file) use ($root): string {
            return $root . '/' . $file;
        }, self::WAYS[$way]['files']);
    }

    /** @return array<string,string> the page to ask ClientExec for */
    public static function route(string $root): array
    {
        $way = self::way($root);
        return $way === null ? [] : self::WAYS[$way]['route'];
    }

    /** @param array<int,string> $files */
    private static function hasAll(string $root, array $files): bool
    {
        foreach ($files as $file) {
            if (!is_file($root . '/' . $file)) {
                return false;
            }
        }
        return true;
    }
}
