<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** The module's other settings, which an apply must leave as they are. */
final class Others
{
    /**
     * Sorted JSON: equal settings have equal texts, in whatever order the panel gives them.
     *
     * @param array<string,mixed> $others
     */
    public static function text(
        #[\SensitiveParameter]
        array $others
    ): string {
        return (string) json_encode(self::sorted($others), JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
    }

    /**
     * Names of settings that are gone or have another value. One that the panel itself added is no loss.
     *
     * @param array<string,mixed> $before
     * @param array<string,mixed> $after
     * @return string[]
     */
    public static function lost(
        #[\SensitiveParameter]
        array $before,
        #[\SensitiveParameter]
        array $after
    ): array {
        $lost = [];
        foreach ($before as $name => $value) {
            if (!array_key_exists($name, $after) || self::text([$value]) !== self::text([$after[$name]])) {
                $lost[] = (string) $name;
            }
        }
        return $lost;
    }

    /**
     * @param mixed $value
     * @return mixed
     */
    private static function sorted(
        #[\SensitiveParameter]
        $value
    ) {
        if (is_string($value)) {
            // JSON has no room for bytes that are no UTF-8; two such texts must not look equal.
            return preg_match('//u', $value) === 1 ? $value : ['bytes' => base64_encode($value)];
        }
        if (is_object($value)) {
            return self::sorted((array) $value);
        }
        if (!is_array($value)) {
            return is_float($value) && !is_finite($value) ? (string) $value : $value;
        }
        ksort($value, SORT_STRING);
        $sorted = [];
        foreach ($value as $name => $part) {
            $key = is_string($name) && preg_match('//u', $name) !== 1 ? 'bytes:' . base64_encode($name) : $name;
            $sorted[$key] = self::sorted($part);
        }
        return $sorted;
    }
}
