<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** A letter of the worker's, taken apart. Nothing of it may be believed before its signature has been checked. */
final class Letter
{
    public const LARGEST = 65536;

    public string $connector;
    public string $operation;
    public int $time;
    public string $nonce;
    public string $body;
    private string $signature;

    /** @param array<string,mixed> $parts */
    private function __construct(array $parts)
    {
        $this->connector = self::matching($parts, 'connector', '/\A[0-9a-f]{16}\z/');
        $this->operation = self::matching($parts, 'operation', '/\A[a-z]{1,16}\z/');
        $this->nonce = self::matching($parts, 'nonce', '/\A[0-9a-f]{32}\z/');
        $this->signature = self::matching($parts, 'signature', '/\A[0-9a-f]{64}\z/');
        $this->body = self::matching($parts, 'body', '//');
        if (!is_int($parts['time'] ?? null)) {
            throw self::malformed();
        }
        $this->time = $parts['time'];
    }

    /** Throws Refusal: malformed, unsupported-version. */
    public static function parse(string $text): self
    {
        $json = strlen($text) > self::LARGEST ? null : Base64Url::decode($text);
        $parts = $json === null ? null : Json::object($json);
        if ($parts === null || !is_int($parts['v'] ?? null)) {
            throw self::malformed();
        }
        if ($parts['v'] !== 1) {
            throw new Refusal('unsupported-version', 'This connector reads letters of version 1 only.', ['versions' => [1]]);
        }
        if (count($parts) !== 7) {
            throw self::malformed();
        }
        return new self($parts);
    }

    /** Compares in constant time. */
    public function isSignedWith(
        #[\SensitiveParameter]
        string $authKey,
        string $path
    ): bool {
        $lines = [
            'keyturn-request-1',
            'POST',
            $path,
            $this->connector,
            $this->operation,
            hash('sha256', $this->body),
            (string) $this->time,
            $this->nonce,
        ];
        return hash_equals(hash_hmac('sha256', implode("\n", $lines), $authKey), $this->signature);
    }

    /** @param array<string,mixed> $parts */
    private static function matching(array $parts, string $name, string $pattern): string
    {
        $text = $parts[$name] ?? null;
        if (!is_string($text) || preg_match($pattern, $text) !== 1) {
            throw self::malformed();
        }
        return $text;
    }

    private static function malformed(): Refusal
    {
        return new Refusal('malformed', 'This is not a letter that the connector can read.');
    }
}
