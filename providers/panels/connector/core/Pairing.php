<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** What `keyturn connector build` put into pairing.php: who may write to us, and the keys to prove it. */
final class Pairing
{
    public string $connector;
    /** @var string[] who may call; empty: anybody */
    public array $addresses;
    /** @var array{live:string,test:string} */
    public array $vendor;
    /** Source address for calls to the vendor. */
    public ?string $outgoing;
    /** File with the CA that signed the vendor's certificate, for a private one. */
    public ?string $ca;
    private string $key;
    private string $keypair;

    /** @param array<mixed> $file */
    private function __construct(
        #[\SensitiveParameter]
        array $file
    ) {
        $this->connector = self::matching($file, 'connector', '/\A[0-9a-f]{16}\z/');
        $this->key = self::bytes($file, 'key', 32);
        $this->keypair = self::bytes($file, 'keypair', 64);
        $this->addresses = self::texts($file['addresses'] ?? []);
        $vendor = is_array($file['vendor'] ?? null) ? $file['vendor'] : [];
        $this->vendor = [
            'live' => self::matching($vendor, 'live', VendorCall::BASE),
            'test' => self::matching($vendor, 'test', VendorCall::BASE),
        ];
        $this->outgoing = self::optional($file, 'outgoing');
        $this->ca = self::optional($file, 'ca');
    }

    /** Reads pairing.php of the connector's folder. Throws Refusal('not-paired'). */
    public static function load(string $home): self
    {
        $path = $home . '/pairing.php';
        if (!is_file($path)) {
            throw new Refusal('not-paired', 'The file pairing.php is missing from the connector\'s folder.');
        }
        try {
            // Without this, PHP's code cache may go on using the pairing that was replaced.
            if (function_exists('opcache_invalidate')) {
                @opcache_invalidate($path);
            }
            $file = self::run($path);
            return new self(is_array($file) ? $file : []);
        } catch (\Throwable $error) {
            throw new Refusal('not-paired', 'The file pairing.php in the connector\'s folder is damaged.');
        }
    }

    public function authKey(): string
    {
        return hash_hmac('sha256', 'keyturn-auth-1', $this->key, true);
    }

    public function fingerprints(): Fingerprints
    {
        return new Fingerprints(hash_hmac('sha256', 'keyturn-fingerprint-1', $this->key, true));
    }

    public function keypair(): string
    {
        return $this->keypair;
    }

    /** @return array<string,string> */
    public function __debugInfo(): array
    {
        return ['connector' => $this->connector];
    }

    /** @return mixed whatever the file returns, run where it sees none of our variables but its own path */
    private static function run(string $path)
    {
        return include $path;
    }

    /** @param array<mixed> $file */
    private static function matching(
        #[\SensitiveParameter]
        array $file,
        string $name,
        string $pattern
    ): string {
        $text = $file[$name] ?? null;
        if (!is_string($text) || preg_match($pattern, $text) !== 1) {
            throw new \UnexpectedValueException($name);
        }
        return $text;
    }

    /** @param array<mixed> $file */
    private static function bytes(
        #[\SensitiveParameter]
        array $file,
        string $name,
        int $length
    ): string {
        $text = $file[$name] ?? null;
        $bytes = is_string($text) ? base64_decode($text, true) : false;
        if ($bytes === false || strlen($bytes) !== $length) {
            throw new \UnexpectedValueException($name);
        }
        return $bytes;
    }

    /**
     * @param mixed $list
     * @return string[]
     */
    private static function texts($list): array
    {
        if (!is_array($list) || $list !== array_filter($list, 'is_string')) {
            // A list that cannot be read must not turn into "anybody".
            throw new \UnexpectedValueException('addresses');
        }
        return array_values($list);
    }

    /** @param array<mixed> $file */
    private static function optional(
        #[\SensitiveParameter]
        array $file,
        string $name
    ): ?string {
        $value = $file[$name] ?? null;
        if ($value !== null && !is_string($value)) {
            throw new \UnexpectedValueException($name);
        }
        return $value === '' ? null : $value;
    }
}
