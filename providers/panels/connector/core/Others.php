<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** The module's other settings, which an apply must leave as they are. */
final class Others
{
    private const DEEPEST = 32;

    /**
     * Sorted JSON: equal settings have equal texts, in whatever order and type the panel gives them. Throws for what is no data,
     * so that two such values never look equal.
     *
     * @param array<string,mixed> $others
     */
    public static function text(
        #[\SensitiveParameter]
        array $others
    ): string {
        $flags = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR;
        return json_encode(self::sorted($others, self::DEEPEST), $flags);
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
        $value,
        int $depth
    ) {
        if ($value === null) {
            return null;
        }
        if (is_scalar($value)) {
            // A panel may well give 1 back for '1'.
            return self::textOf((string) $value);
        }
        if ($depth === 0 || is_resource($value)) {
            throw new \UnexpectedValueException('settings');
        }
        $parts = (array) $value;
        ksort($parts, SORT_STRING);
        $sorted = [];
        foreach ($parts as $name => $part) {
            $sorted[self::textOf((string) $name)] = self::sorted($part, $depth - 1);
        }
        return $sorted;
    }

    /** JSON has no room for bytes that are no UTF-8, and two such texts must not look equal. */
    private static function textOf(
        #[\SensitiveParameter]
        string $text
    ): string {
        return preg_match('//u', $text) === 1 ? 't' . $text : 'b' . base64_encode($text);
    }
}
