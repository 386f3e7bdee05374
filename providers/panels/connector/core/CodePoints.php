<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** Text as code points. The extensions mbstring and intl may be missing, and preg gives up on bytes that are no UTF-8. */
final class CodePoints
{
    private const REPLACEMENT = 0xfffd;

    /**
     * Decodes as browsers and Node do: each piece that is no UTF-8 becomes one U+FFFD.
     *
     * @return int[]
     */
    public static function of(
        #[\SensitiveParameter]
        string $bytes
    ): array {
        $points = [];
        $end = strlen($bytes);
        for ($at = 0; $at < $end;) {
            $lead = ord($bytes[$at++]);
            if ($lead < 0x80) {
                $points[] = $lead;
                continue;
            }
            [$more, $low, $high] = self::sequence($lead);
            $point = $lead & (0x3f >> $more);
            while ($more > 0 && $at < $end && ord($bytes[$at]) >= $low && ord($bytes[$at]) <= $high) {
                $point = ($point << 6) | (ord($bytes[$at++]) & 0x3f);
                [$more, $low, $high] = [$more - 1, 0x80, 0xbf];
            }
            // 9 stands for a byte that no character begins with.
            $points[] = $more === 0 ? $point : self::REPLACEMENT;
        }
        return $points;
    }

    /** @param int[] $points */
    public static function text(
        #[\SensitiveParameter]
        array $points
    ): string {
        $text = '';
        foreach ($points as $point) {
            $text .= self::encode($point);
        }
        return $text;
    }

    /**
     * How many units of UTF-16 the text has: what JavaScript calls its length.
     *
     * @param int[] $points
     */
    public static function units(
        #[\SensitiveParameter]
        array $points
    ): int {
        $units = count($points);
        foreach ($points as $point) {
            $units += $point > 0xffff ? 1 : 0;
        }
        return $units;
    }

    /** @return int[] how many bytes follow, and the range of the next one */
    private static function sequence(int $lead): array
    {
        if ($lead >= 0xc2 && $lead <= 0xdf) {
            return [1, 0x80, 0xbf];
        }
        if ($lead >= 0xe0 && $lead <= 0xef) {
            // Neither overlong forms nor halves of surrogate pairs.
            return [2, $lead === 0xe0 ? 0xa0 : 0x80, $lead === 0xed ? 0x9f : 0xbf];
        }
        if ($lead >= 0xf0 && $lead <= 0xf4) {
            return [3, $lead === 0xf0 ? 0x90 : 0x80, $lead === 0xf4 ? 0x8f : 0xbf];
        }
        return [9, 1, 0];
    }

    private static function encode(int $point): string
    {
        if ($point < 0x80) {
            return chr($point);
        }
        if ($point < 0x800) {
            return chr(0xc0 | $point >> 6) . chr(0x80 | $point & 0x3f);
        }
        if ($point < 0x10000) {
            return chr(0xe0 | $point >> 12) . chr(0x80 | $point >> 6 & 0x3f) . chr(0x80 | $point & 0x3f);
        }
        return chr(0xf0 | $point >> 18) . chr(0x80 | $point >> 12 & 0x3f)
            . chr(0x80 | $point >> 6 & 0x3f) . chr(0x80 | $point & 0x3f);
    }
}
