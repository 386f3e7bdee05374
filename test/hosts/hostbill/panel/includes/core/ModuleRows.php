<?php

/** The table with the modules. Settings are a PHP-serialised array; the value of a password field is encrypted. */
final class ModuleRows
{
    public static function save(int $id, array $configuration): void
    {
        $update = hbm_db()->prepare('UPDATE hb_modules_configuration SET config = ? WHERE id = ?');
        $update->execute([serialize(self::each($configuration, 'encrypt')), $id]);
    }

    public static function configuration(array $row): array
    {
        $stored = unserialize((string) $row['config'], ['allowed_classes' => false]);
        return is_array($stored) ? self::each($stored, 'decrypt') : [];
    }

    private static function each(array $configuration, string $turn): array
    {
        foreach ($configuration as $name => $field) {
            if (($field['type'] ?? '') === 'password' && is_string($field['value'] ?? null)) {
                $configuration[$name]['value'] = Cipher::$turn($field['value']);
            }
        }
        return $configuration;
    }
}
