<?php

declare(strict_types=1);

/*
 * The connector's core in a process of its own, for tests: a JSON question on each line of stdin, its answer on a line of stdout.
 * PHP's complaints go to stderr and to the log, where the test looks for them. Started with the core's folder as its argument.
 */
require $argv[1] . '/autoload.php';
require __DIR__ . '/MemoryHost.php';
require __DIR__ . '/Desk.php';

$desk = new Keyturn\Test\Desk();
while (($line = fgets(STDIN)) !== false) {
    $answer = $desk->answer(json_decode($line, true, 64, JSON_THROW_ON_ERROR));
    // Not echo: a buffer that somebody left behind would swallow it.
    fwrite(STDOUT, json_encode($answer, JSON_THROW_ON_ERROR) . "\n");
}
