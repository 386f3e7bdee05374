<?php

declare(strict_types=1);

/*
 * Looks at PHP files without running them, in whatever version of PHP this runs in: can it read them, and which of PHP's own
 * functions do they call? Started by php-versions.test.ts with $files set; prints JSON.
 */

/**
 * Names of the functions that a file calls, of PHP and of the panel alike.
 *
 * @param array<int,mixed> $tokens
 * @return string[]
 */
function calledIn(array $tokens): array
{
    $skipped = [T_WHITESPACE, T_COMMENT, T_DOC_COMMENT];
    $tokens = array_values(array_filter($tokens, static fn ($token): bool => !in_array($token[0], $skipped, true)));
    $notCalls = [T_OBJECT_OPERATOR, T_DOUBLE_COLON, T_FUNCTION, T_NEW];
    $called = [];
    foreach ($tokens as $at => $token) {
        $before = $tokens[$at - 1][0] ?? null;
        if ($token[0] === T_STRING && ($tokens[$at + 1] ?? null) === '(' && !in_array($before, $notCalls, true)) {
            $called[] = strtolower($token[1]);
        }
    }
    return array_values(array_unique($called));
}

$unreadable = [];
$called = [];
foreach ($files as $file) {
    try {
        $called[$file] = calledIn(token_get_all((string) file_get_contents($file), TOKEN_PARSE));
    } catch (\ParseError $error) {
        $unreadable[] = $file . ':' . $error->getLine() . ' ' . $error->getMessage();
    }
}
$own = get_defined_functions()['internal'];
echo json_encode(['version' => PHP_VERSION, 'unreadable' => $unreadable, 'called' => $called, 'own' => $own]);
