<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** Everything that may be said of one stored field without giving it away; the same as the worker's src/core/field-facts.ts. */
final class FieldFacts
{
    public const UUID = '/\A[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\z/i';
    private const EMAIL = '/\A[^@]+@[^@]+\.[^@]+\z/s';
    /** Asterisks and bullets. */
    private const MASK = '/\A(?:\*|\xe2\x80\xa2|\xe2\x97\x8f)+\z/';
    /** Defaults that the vendor's modules ship with. */
    private const PLACEHOLDER = '/\A(owner[A-Za-z0-9_]*|user\.domainnameapi)\z/i';

    /** @return array<string,mixed> */
    public static function of(
        Fingerprints $fingerprints,
        #[\SensitiveParameter]
        string $text
    ): array {
        $points = CodePoints::of($text);
        $clean = Normalizer::clean($points);
        $shape = self::shapeOf($clean);
        return [
            'raw' => $fingerprints->of($text),
            // A Reseller ID may be written in upper or lower case.
            'normalized' => $fingerprints->of($shape === 'uuid' ? strtolower($clean) : $clean),
            'shape' => $shape,
            'outerWhitespace' => Normalizer::hasOuterSpace($points),
            'invisibleCharacters' => Normalizer::hasInvisible($points),
            'length' => CodePoints::units($points),
        ];
    }

    private static function shapeOf(
        #[\SensitiveParameter]
        string $clean
    ): string {
        if ($clean === '') {
            return 'empty';
        }
        $patterns = [
            'uuid' => self::UUID,
            'email' => self::EMAIL,
            'mask' => self::MASK,
            'placeholder' => self::PLACEHOLDER,
        ];
        foreach ($patterns as $shape => $pattern) {
            if (preg_match($pattern, $clean) === 1) {
                return $shape;
            }
        }
        return 'opaque';
    }
}
