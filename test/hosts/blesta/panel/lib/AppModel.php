<?php

declare(strict_types=1);

/** The parent of every model. Its cipher is the simulation's own: salted, so that encrypting twice differs. */
#[AllowDynamicProperties]
class AppModel
{
    public Input $Input;
    public Record $Record;

    public function __construct()
    {
        Loader::loadComponents($this, ['Input', 'Record']);
    }

    /** @return array<string, array<string, string>>|false */
    public function errors()
    {
        return $this->Input->errors();
    }

    public function systemEncrypt(string $value): string
    {
        $nonce = random_bytes(SODIUM_CRYPTO_SECRETBOX_NONCEBYTES);
        if (\Keyturn\Host\config('otherCipher') === true) {
            // As if plugins were given another cipher than the one that rows are read with.
            return base64_encode(random_bytes(strlen($nonce) + 40));
        }
        return base64_encode($nonce . sodium_crypto_secretbox($value, $nonce, self::systemKey()));
    }

    public function systemDecrypt(string $value): string
    {
        $bytes = (string) base64_decode($value, true);
        $nonce = substr($bytes, 0, SODIUM_CRYPTO_SECRETBOX_NONCEBYTES);
        if (strlen($nonce) !== SODIUM_CRYPTO_SECRETBOX_NONCEBYTES) {
            return '';
        }
        $plain = sodium_crypto_secretbox_open(substr($bytes, strlen($nonce)), $nonce, self::systemKey());
        return $plain === false ? '' : $plain;
    }

    private static function systemKey(): string
    {
        return hash('sha256', 'system key of ' . \Keyturn\Host\settings()['database']['database'], true);
    }
}
