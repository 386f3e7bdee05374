<?php

/** How passwords lie in the database. Encrypting the same text twice gives two texts. */
final class Cipher
{
    private const MARK = 'hb1:';

    public static function encrypt(string $text): string
    {
        $nonce = random_bytes(SODIUM_CRYPTO_SECRETBOX_NONCEBYTES);
        return self::MARK . base64_encode($nonce . sodium_crypto_secretbox($text, $nonce, self::key()));
    }

    public static function decrypt(string $stored): string
    {
        if (strncmp($stored, self::MARK, 4) !== 0) {
            return $stored;
        }
        $bytes = (string) base64_decode(substr($stored, 4), true);
        $nonce = substr($bytes, 0, SODIUM_CRYPTO_SECRETBOX_NONCEBYTES);
        return (string) sodium_crypto_secretbox_open(substr($bytes, strlen($nonce)), $nonce, self::key());
    }

    private static function key(): string
    {
        return hash('sha256', 'hostbill' . \Keyturn\Host\settings()['database']['password'], true);
    }
}
