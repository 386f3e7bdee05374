<?php

declare(strict_types=1);

namespace Keyturn\Connector\Wisecp;

use Keyturn\Connector\Stored;

/** Between the array of a config.php and what the connector's core speaks of. */
final class Settings
{
    private const OWN = ['username', 'password', 'test-mode'];

    /** Everything beside the settings stands under such a name, so that it cannot be taken for a setting. */
    private const BESIDE = 'config.';

    /** @param array<string, mixed> $config */
    public static function read(array $config): Stored
    {
        $settings = self::settingsOf($config);

        return new Stored(
            self::text($settings['username'] ?? ''),
            self::decode(self::text($settings['password'] ?? '')),
            // As the module's constructor reads it.
            (bool) ($settings['test-mode'] ?? false),
            self::others($config)
        );
    }

    /**
     * The same configuration with the wanted values in it; whatever is not spoken of stays.
     *
     * @param array<string, mixed> $config
     * @param array<string, mixed> $lost   of the other settings, those to be put back
     *
     * @return array<string, mixed>
     */
    public static function merge(array $config, Stored $wanted, array $lost): array
    {
        $config = self::putBack($config, $lost);
        $settings = self::settingsOf($config);
        $settings['username'] = $wanted->username;
        $settings['password'] = \Crypt::encode($wanted->password, \Config::get('crypt/system'));
        if ($wanted->testMode !== null) {
            $settings['test-mode'] = (int) $wanted->testMode;
        }
        $config['settings'] = $settings;

        return $config;
    }

    /**
     * @param array<string, mixed> $config
     * @param array<string, mixed> $lost
     *
     * @return array<string, mixed>
     */
    private static function putBack(array $config, array $lost): array
    {
        foreach ($lost as $name => $value) {
            $beside = self::nameBeside((string) $name);
            if ($beside === null) {
                $config['settings'][$name] = $value;
            } elseif ($beside === 'meta' && is_array($value)) {
                $config['meta'] = array_replace(is_array($config['meta'] ?? null) ? $config['meta'] : [], $value);
            } else {
                $config[$beside] = $value;
            }
        }

        return $config;
    }

    /**
     * Without what the module writes by itself: its version, and a list of record types where there is none.
     *
     * @param array<string, mixed> $config
     *
     * @return array<string, mixed>
     */
    private static function others(array $config): array
    {
        $others = array_diff_key(self::settingsOf($config), array_flip(self::OWN));
        if (empty($others['dns-record-types'])) {
            unset($others['dns-record-types']);
        }
        foreach (array_diff_key($config, ['settings' => true]) as $name => $value) {
            $others[self::BESIDE . $name] = $name === 'meta' && is_array($value)
                ? array_diff_key($value, ['version' => true])
                : $value;
        }

        return $others;
    }

    private static function nameBeside(string $name): ?string
    {
        $length = strlen(self::BESIDE);

        return strncmp($name, self::BESIDE, $length) === 0 ? substr($name, $length) : null;
    }

    /** A mask or an empty text was never encrypted. What cannot be decrypted is nothing to the module either. */
    private static function decode(string $stored): string
    {
        if (trim($stored, '*') === '') {
            return $stored;
        }
        $plain = \Crypt::decode($stored, \Config::get('crypt/system'));

        return is_string($plain) ? $plain : '';
    }

    /**
     * @param array<string, mixed> $config
     *
     * @return array<string, mixed>
     */
    private static function settingsOf(array $config): array
    {
        return is_array($config['settings'] ?? null) ? $config['settings'] : [];
    }

    /** @param mixed $value */
    private static function text($value): string
    {
        return is_scalar($value) ? (string) $value : '';
    }
}
