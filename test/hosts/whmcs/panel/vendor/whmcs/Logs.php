<?php

declare(strict_types=1);

namespace Keyturn\Host\Whmcs;

use function Keyturn\Host\database;

/** System Logs: activity, API calls, calls of modules. */
final class Logs
{
    public static function activity(string $description): void
    {
        database()->prepare('INSERT INTO tblactivitylog (description) VALUES (?)')->execute([$description]);
    }

    /**
     * Everything that was posted, except the API credential itself.
     *
     * @param array<mixed> $fields
     * @param array<mixed> $answer
     */
    public static function api(string $action, array $fields, array $answer, int $status): void
    {
        $hidden = array_intersect_key($fields, array_flip(['secret', 'password', 'accesskey']));
        $shown = array_replace($fields, array_map(static fn (): string => '********', $hidden));
        $insert = 'INSERT INTO tblapilog (action, request, response, response_status) VALUES (?, ?, ?, ?)';
        database()->prepare($insert)->execute([$action, json_encode($shown), json_encode($answer), $status]);
    }

    /** @param mixed $request @param mixed $response */
    public static function module(string $module, string $action, $request, $response): void
    {
        $insert = 'INSERT INTO tblmodulelog (module, action, request, response) VALUES (?, ?, ?, ?)';
        database()->prepare($insert)->execute([$module, $action, print_r($request, true), print_r($response, true)]);
    }
}
