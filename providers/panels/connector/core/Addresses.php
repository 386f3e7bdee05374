<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** IP addresses and ranges, IPv4 and IPv6. What is no address is in no range. */
final class Addresses
{
    private const LOOPBACK = ['127.0.0.0/8', '::1'];
    private const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'];
    /** An IPv4 address that a dual-stack socket shows as IPv6. */
    private const MAPPED = "\0\0\0\0\0\0\0\0\0\0\xff\xff";

    public static function isAddress(string $text): bool
    {
        return self::bytes($text) !== null;
    }

    public static function isLoopback(string $address): bool
    {
        return self::isListed($address, self::LOOPBACK);
    }

    /** On this machine or in a private network, where a proxy of the panel's owner may stand. */
    public static function isNear(string $address): bool
    {
        return self::isLoopback($address) || self::isListed($address, self::PRIVATE);
    }

    /** @param string[] $list addresses and CIDR ranges; one that cannot be read lets nobody in */
    public static function isListed(string $address, array $list): bool
    {
        $bytes = self::bytes($address);
        if ($bytes === null) {
            return false;
        }
        foreach ($list as $range) {
            if (self::isWithin($bytes, $range)) {
                return true;
            }
        }
        return false;
    }

    /** What one caller can hardly change: the address itself, or the /64 network of an IPv6 address. */
    public static function neighbourhood(string $address): string
    {
        $bytes = self::bytes($address);
        return $bytes === null ? 'unknown' : bin2hex(strlen($bytes) === 16 ? substr($bytes, 0, 8) : $bytes);
    }

    private static function isWithin(string $bytes, string $range): bool
    {
        $parts = explode('/', trim($range));
        $network = self::bytes($parts[0]);
        if ($network === null || count($parts) > 2 || strlen($network) !== strlen($bytes)) {
            return false;
        }
        $most = strlen($bytes) * 8;
        $bits = $parts[1] ?? (string) $most;
        if (preg_match('/\A[0-9]{1,3}\z/', $bits) !== 1 || (int) $bits > $most) {
            return false;
        }
        return self::head($bytes, (int) $bits) === self::head($network, (int) $bits);
    }

    /** The first bits; the others as zero. */
    private static function head(string $bytes, int $bits): string
    {
        $whole = intdiv($bits, 8);
        $rest = $bits % 8;
        $head = substr($bytes, 0, $whole);
        return $rest === 0 ? $head : $head . chr(ord($bytes[$whole]) & (0xff << (8 - $rest)) & 0xff);
    }

    private static function bytes(string $text): ?string
    {
        // inet_pton warns of what is no address; this does not.
        if (filter_var($text, FILTER_VALIDATE_IP) === false) {
            return null;
        }
        $bytes = inet_pton($text);
        if ($bytes === false) {
            return null;
        }
        $mapped = strlen($bytes) === 16 && strncmp($bytes, self::MAPPED, 12) === 0;
        return $mapped ? substr($bytes, 12) : $bytes;
    }
}
