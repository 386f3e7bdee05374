<?php

/** The same functions for code inside HostBill, without key and log. */
final class ApiWrapper
{
    public function __call($name, $arguments)
    {
        if (!in_array($name, ApiFunctions::names(), true)) {
            return ['success' => false, 'error' => ['Unknown method']];
        }
        [$succeeded, $record] = (new ApiFunctions())->$name($arguments[0] ?? []);
        return $succeeded ? ['success' => true] + $record : ['success' => false, 'error' => $record];
    }
}
