<?php

declare(strict_types=1);

final class Crypt
{
    /** Salted: the same text never looks the same twice. */
    public static function encode($text, $key)
    {
        $salt = random_bytes(16);
        $cipher = openssl_encrypt((string) $text, 'aes-256-ctr', hash('sha256', $key, true), OPENSSL_RAW_DATA, $salt);
        $seal = substr(hash_hmac('sha256', $salt . $cipher, $key, true), 0, 8);
        return base64_encode($salt . $seal . $cipher);
    }

    /** False for what this installation did not encode. */
    public static function decode($text, $key)
    {
        $bytes = base64_decode((string) $text, true);
        if ($bytes === false || strlen($bytes) < 24) {
            return false;
        }
        [$salt, $seal, $cipher] = [substr($bytes, 0, 16), substr($bytes, 16, 8), substr($bytes, 24)];
        if (!hash_equals(substr(hash_hmac('sha256', $salt . $cipher, $key, true), 0, 8), $seal)) {
            return false;
        }
        return openssl_decrypt($cipher, 'aes-256-ctr', hash('sha256', $key, true), OPENSSL_RAW_DATA, $salt);
    }
}
