<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** What a text would be if it had been copied cleanly; the same decisions as the worker's src/core/normalize.ts. */
final class Normalizer
{
    /**
     * What no eye sees: controls, format characters and other default-ignorables, separators but U+0020, the blank Braille cell
     * (Unicode 17). Written out, because PHP's own tables differ by version.
     */
    private const INVISIBLE = [
        [0x0, 0x1f], [0x7f, 0xa0], [0xad, 0xad], [0x34f, 0x34f], [0x600, 0x605], [0x61c, 0x61c], [0x6dd, 0x6dd],
        [0x70f, 0x70f], [0x890, 0x891], [0x8e2, 0x8e2], [0x115f, 0x1160], [0x1680, 0x1680], [0x17b4, 0x17b5],
        [0x180b, 0x180f], [0x2000, 0x200f], [0x2028, 0x202f], [0x205f, 0x206f], [0x2800, 0x2800], [0x3000, 0x3000],
        [0x3164, 0x3164], [0xfe00, 0xfe0f], [0xfeff, 0xfeff], [0xffa0, 0xffa0], [0xfff0, 0xfffb],
        [0x110bd, 0x110bd], [0x110cd, 0x110cd], [0x13430, 0x1343f], [0x1bca0, 0x1bca3], [0x1d173, 0x1d17a],
        [0xe0000, 0xe0fff],
    ];
    /** What JavaScript calls white space. */
    private const SPACE = [
        [0x9, 0xd], [0x20, 0x20], [0xa0, 0xa0], [0x1680, 0x1680], [0x2000, 0x200a], [0x2028, 0x2029], [0x202f, 0x202f],
        [0x205f, 0x205f], [0x3000, 0x3000], [0xfeff, 0xfeff],
    ];

    /**
     * Without invisible characters and spaces, wherever they stand.
     *
     * @param int[] $points
     */
    public static function clean(
        #[\SensitiveParameter]
        array $points
    ): string {
        $kept = [];
        foreach ($points as $point) {
            if ($point !== 0x20 && !self::isWithin($point, self::INVISIBLE)) {
                $kept[] = $point;
            }
        }
        return CodePoints::text($kept);
    }

    /** @param int[] $points */
    public static function hasInvisible(
        #[\SensitiveParameter]
        array $points
    ): bool {
        foreach ($points as $point) {
            if (self::isWithin($point, self::INVISIBLE)) {
                return true;
            }
        }
        return false;
    }

    /** @param int[] $points */
    public static function hasOuterSpace(
        #[\SensitiveParameter]
        array $points
    ): bool {
        return $points !== []
            && (self::isWithin($points[0], self::SPACE) || self::isWithin($points[count($points) - 1], self::SPACE));
    }

    /** @param int[][] $ranges in rising order */
    private static function isWithin(int $point, array $ranges): bool
    {
        foreach ($ranges as [$first, $last]) {
            if ($point <= $last) {
                return $point >= $first;
            }
        }
        return false;
    }
}
