<?php

declare(strict_types=1);

namespace Keyturn\Host\Whmcs;

/**
 * Stored values are encrypted in the openly documented shape (reference/panels.md, section 2.3): a masked random first block, then
 * blocks of 20 bytes, each XORed with a hash chain that runs over the text before it. The same text never looks the same twice.
 */
final class Cipher
{
    private const BLOCK = 20;
    private const HASH = 'simulated cc_encryption_hash';

    public static function encrypt(string $plain): string
    {
        $block = random_bytes(self::BLOCK);
        $cipher = $block ^ self::mask();
        foreach ($plain === '' ? [] : str_split($plain, self::BLOCK) as $part) {
            $cipher .= $part ^ substr($block, 0, strlen($part));
            $block = sha1($block . $part, true);
        }
        return base64_encode($cipher);
    }

    /** Nonsense in gives nonsense out, not an error. */
    public static function decrypt(string $value): string
    {
        $bytes = (string) base64_decode($value, false);
        if (strlen($bytes) < self::BLOCK) {
            return '';
        }
        $block = substr($bytes, 0, self::BLOCK) ^ self::mask();
        $plain = '';
        foreach (str_split(substr($bytes, self::BLOCK) . '', self::BLOCK) as $part) {
            $text = $part ^ substr($block, 0, strlen($part));
            $block = sha1($block . $text, true);
            $plain .= $text;
        }
        return $plain;
    }

    private static function mask(): string
    {
        $hash = md5(self::HASH);
        return sha1(md5($hash) . $hash, true);
    }
}
