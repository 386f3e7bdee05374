<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** How a letter came in, as far as the web server tells. */
final class Request
{
    public string $method;
    /** Path of the URL, without the query, as the caller wrote it. */
    public string $path;
    /** The letter came over HTTPS, or did not leave this machine. */
    public bool $https;
    /** The address that the address list and the rate limit look at; '' if there is none. */
    public string $caller;
    /** Seconds since 1970. */
    public int $time;

    /** @param array<string,mixed> $server what PHP calls $_SERVER */
    public function __construct(array $server, int $time)
    {
        $this->method = self::text($server, 'REQUEST_METHOD');
        $this->path = self::pathOf(self::text($server, 'REQUEST_URI'));
        $this->https = self::isHttps($server) || self::staysHere($server);
        $this->caller = self::callerOf($server);
        $this->time = $time;
    }

    public static function fromGlobals(): self
    {
        return new self($_SERVER, time());
    }

    /** @param array<string,mixed> $server */
    private static function isHttps(array $server): bool
    {
        $https = strtolower(self::text($server, 'HTTPS'));
        if (($https !== '' && $https !== 'off' && $https !== '0') || self::text($server, 'SERVER_PORT') === '443') {
            return true;
        }
        // Anybody can send this header; only a proxy of our own network is believed.
        return Addresses::isNear(self::text($server, 'REMOTE_ADDR'))
            && strtolower(self::text($server, 'HTTP_X_FORWARDED_PROTO')) === 'https';
    }

    /**
     * Plain HTTP between two loopback addresses is fine, unless a proxy on this machine brought it from somewhere else.
     *
     * @param array<string,mixed> $server
     */
    private static function staysHere(array $server): bool
    {
        foreach (self::forwardedFor($server) as $address) {
            if (!Addresses::isLoopback($address)) {
                return false;
            }
        }
        // PHP's own web server has no SERVER_ADDR, and its SERVER_NAME is the address it was started with.
        $own = PHP_SAPI === 'cli-server' ? self::text($server, 'SERVER_NAME') : '';
        $here = self::text($server, 'SERVER_ADDR');
        return Addresses::isLoopback(self::text($server, 'REMOTE_ADDR'))
            && Addresses::isLoopback($here === '' ? $own : $here);
    }

    /** @param array<string,mixed> $server */
    private static function callerOf(array $server): string
    {
        $remote = self::text($server, 'REMOTE_ADDR');
        $forwarded = self::forwardedFor($server);
        // The last entry is the one that the proxy next to us wrote itself; those before it are hearsay.
        $last = end($forwarded);
        return Addresses::isNear($remote) && $last !== false && Addresses::isAddress($last) ? $last : $remote;
    }

    /**
     * @param array<string,mixed> $server
     * @return string[]
     */
    private static function forwardedFor(array $server): array
    {
        $list = self::text($server, 'HTTP_X_FORWARDED_FOR');
        return $list === '' ? [] : array_map('trim', explode(',', $list));
    }

    private static function pathOf(string $uri): string
    {
        // A proxy may pass the whole URL on.
        $uri = (string) preg_replace('~\Ahttps?://[^/?#]*~i', '', $uri);
        return substr($uri, 0, strcspn($uri, '?#'));
    }

    /** @param array<string,mixed> $server */
    private static function text(array $server, string $name): string
    {
        $value = $server[$name] ?? '';
        return is_string($value) || is_int($value) ? (string) $value : '';
    }
}
