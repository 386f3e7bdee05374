<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** The balance lookup itself: one GET to the vendor, from this machine, with TLS verified and no redirect followed. */
final class VendorCall
{
    /** Where a key may be sent: over TLS, or to a simulated vendor on this very machine. */
    public const BASE = '~\A(?:https://[A-Za-z0-9.-]+|https://\[[0-9a-fA-F:]+\]|http://127\.[0-9.]+|http://\[::1\])'
        . '(?::[0-9]{1,5})?(?:/[A-Za-z0-9._/-]*)?\z~';
    private const PATH = '/deposit/accounts/me';
    private const MOST_READ = 65536;
    private const MOST_TOLD = 4096;
    private const REASONS = [
        'dns' => [5, 6],
        'refused' => [7],
        'timeout' => [28],
        'tls' => [35, 51, 53, 54, 58, 59, 60, 64, 66, 77, 80, 82, 83, 90, 91, 98],
        'reset' => [18, 52, 55, 56, 92],
    ];
    private const WRITE_ERROR = 23;

    private Pairing $pairing;
    private int $timeoutMs;
    private string $body = '';
    private bool $cut = false;
    private ?string $retryAfter = null;

    public function __construct(Pairing $pairing, int $timeoutMs)
    {
        $this->pairing = $pairing;
        $this->timeoutMs = $timeoutMs;
    }

    /**
     * @param string $environment live or test
     * @return array<string,mixed> the parts of check's reply
     */
    public function ask(
        string $environment,
        string $username,
        #[\SensitiveParameter]
        string $password,
        Erasure $erasure
    ): array {
        if (!function_exists('curl_init')) {
            throw new Refusal('panel-error', 'PHP lacks the curl extension.');
        }
        $curl = curl_init();
        $url = rtrim($this->pairing->vendor[$environment], '/') . self::PATH;
        curl_setopt_array($curl, $this->options($url, $username, $password));
        $start = microtime(true);
        curl_exec($curl);
        $code = curl_errno($curl);
        $failed = $code !== 0 && !($code === self::WRITE_ERROR && $this->cut);
        $status = (int) curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
        return [
            'environment' => $environment,
            // The status of an answer that broke off proves nothing.
            'status' => $failed ? null : $status,
            'body' => $failed ? '' : substr($erasure->of($this->body, $this->cut), 0, self::MOST_TOLD),
            'retryAfter' => $this->retryAfter === null ? null : $erasure->of($this->retryAfter, false),
            'transport' => $failed ? ['code' => $code, 'reason' => self::reasonOf($code)] : null,
            'address' => [
                'local' => self::addressOrNull(curl_getinfo($curl, CURLINFO_LOCAL_IP)),
                'remote' => self::addressOrNull(curl_getinfo($curl, CURLINFO_PRIMARY_IP)),
            ],
            'ms' => (int) round((microtime(true) - $start) * 1000),
        ];
    }

    /** @return array<int,mixed> */
    private function options(
        string $url,
        string $username,
        #[\SensitiveParameter]
        string $password
    ): array {
        $plain = strncmp($url, 'http:', 5) === 0;
        $options = [
            CURLOPT_URL => $url,
            CURLOPT_HTTPGET => true,
            CURLOPT_HTTPHEADER => [
                'X-API-KEY: ' . $password,
                '__reseller: ' . $username,
                'Accept: application/json',
                'Content-Type: application/json',
                'Cache-Control: no-cache',
            ],
            CURLOPT_SSL_VERIFYPEER => true,
            CURLOPT_SSL_VERIFYHOST => 2,
            CURLOPT_PROTOCOLS => $plain ? CURLPROTO_HTTP : CURLPROTO_HTTPS,
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_TIMEOUT_MS => $this->timeoutMs,
            CURLOPT_CONNECTTIMEOUT_MS => $this->timeoutMs,
            CURLOPT_NOSIGNAL => true,
            CURLOPT_FRESH_CONNECT => true,
            CURLOPT_FORBID_REUSE => true,
            CURLOPT_HEADERFUNCTION => fn ($curl, string $line): int => $this->header($line),
            CURLOPT_WRITEFUNCTION => fn ($curl, string $bytes): int => $this->write($bytes),
        ];
        if ($plain) {
            $options[CURLOPT_PROXY] = '';
        }
        if ($this->pairing->outgoing !== null) {
            $options[CURLOPT_INTERFACE] = 'host!' . $this->pairing->outgoing;
        }
        if ($this->pairing->ca !== null) {
            $options[CURLOPT_CAINFO] = $this->pairing->ca;
        }
        return $options;
    }

    private function header(string $line): int
    {
        if (preg_match('/\Aretry-after:[ \t]*([ -~]{1,64}?)[ \t]*\r?\n?\z/i', $line, $match) === 1) {
            $this->retryAfter = $match[1];
        }
        return strlen($line);
    }

    private function write(string $bytes): int
    {
        $room = self::MOST_READ - strlen($this->body);
        $this->body .= substr($bytes, 0, $room);
        if (strlen($bytes) > $room) {
            $this->cut = true;
            return 0;
        }
        return strlen($bytes);
    }

    private static function reasonOf(int $code): string
    {
        foreach (self::REASONS as $reason => $codes) {
            if (in_array($code, $codes, true)) {
                return $reason;
            }
        }
        return 'other';
    }

    /** @param mixed $address */
    private static function addressOrNull($address): ?string
    {
        return is_string($address) && Addresses::isAddress($address) ? $address : null;
    }
}
