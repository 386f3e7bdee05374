<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** Base64 in the alphabet that no form, URL or filter of a panel changes, without padding. */
final class Base64Url
{
    public static function encode(string $bytes): string
    {
        return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    }

    /** Null for anything but this alphabet. */
    public static function decode(string $text): ?string
    {
        if (preg_match('/\A[A-Za-z0-9_-]+\z/', $text) !== 1) {
            return null;
        }
        $bytes = base64_decode(strtr($text, '-_', '+/'), true);
        return $bytes === false ? null : $bytes;
    }
}
