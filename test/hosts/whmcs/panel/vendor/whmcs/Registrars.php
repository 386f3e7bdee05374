<?php

declare(strict_types=1);

namespace Keyturn\Host\Whmcs;

use function Keyturn\Host\config;
use function Keyturn\Host\database;

/** tblregistrars: one row for each setting of a module, every value encrypted. A module without rows is not active. */
final class Registrars
{
    /** @return array<string, string> setting => encrypted value */
    public static function rows(string $registrar): array
    {
        $query = database()->prepare('SELECT setting, value FROM tblregistrars WHERE registrar = ? ORDER BY id');
        $query->execute([$registrar]);
        return $query->fetchAll(\PDO::FETCH_KEY_PAIR);
    }

    /** @return array<string, string> setting => plain text */
    public static function read(string $registrar): array
    {
        return array_map([Cipher::class, 'decrypt'], self::rows($registrar));
    }

    public static function isActive(string $registrar): bool
    {
        return self::rows($registrar) !== [];
    }

    public static function hasFiles(string $registrar): bool
    {
        return preg_match('/^\w+$/', $registrar) === 1 && is_file(self::file($registrar));
    }

    public static function file(string $registrar): string
    {
        return \Keyturn\Host\settings()['root'] . "/modules/registrars/$registrar/$registrar.php";
    }

    /**
     * What a save does: whether settings that are not sent are kept is undocumented, so both can be had (config `update`).
     *
     * @param array<string, string> $settings
     */
    public static function save(string $registrar, array $settings): void
    {
        if (config('update', 'merge') === 'replace') {
            self::clear($registrar);
        }
        foreach ($settings as $name => $value) {
            self::put($registrar, (string) $name, $value);
        }
    }

    public static function put(string $registrar, string $name, string $value): void
    {
        $delete = database()->prepare('DELETE FROM tblregistrars WHERE registrar = ? AND setting = ?');
        $delete->execute([$registrar, $name]);
        $insert = database()->prepare('INSERT INTO tblregistrars (registrar, setting, value) VALUES (?, ?, ?)');
        $insert->execute([$registrar, $name, Cipher::encrypt($value)]);
    }

    public static function clear(string $registrar): void
    {
        database()->prepare('DELETE FROM tblregistrars WHERE registrar = ?')->execute([$registrar]);
    }
}
