<?php

declare(strict_types=1);

namespace Keyturn\Connector;

final class Json
{
    private const DEPTH = 16;

    /**
     * The JSON object in a text, null if it is none.
     *
     * @return array<string,mixed>|null
     */
    public static function object(
        #[\SensitiveParameter]
        string $text
    ): ?array {
        // An empty object and an empty list look alike once they are PHP arrays.
        if (substr(ltrim($text, " \t\r\n"), 0, 1) !== '{') {
            return null;
        }
        $value = json_decode($text, true, self::DEPTH);
        return is_array($value) ? $value : null;
    }

    /** Bytes that are no UTF-8 become U+FFFD; never fails on what the connector answers with. */
    public static function text(array $value): string
    {
        return (string) json_encode($value, JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE);
    }
}
