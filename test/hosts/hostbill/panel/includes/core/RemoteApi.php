<?php

/** One remote call: key, address, list of functions, the function, the usage log. */
final class RemoteApi
{
    public function answer(array $fields): array
    {
        $call = $fields['call'] ?? '';
        [$succeeded, $record] = $this->run($call, $fields);
        $this->log($call, $succeeded, $fields['api_id'] ?? '');
        $about = ['call' => $call, 'server_time' => time()];
        return $succeeded ? ['success' => true] + $record + $about : ['success' => false, 'error' => $record] + $about;
    }

    private function run(string $call, array $fields): array
    {
        $key = ApiKeys::find($fields['api_id'] ?? '', $fields['api_key'] ?? '');
        if ($key === null) {
            return [false, ['Wrong API ID or API Key']];
        }
        if (!ApiKeys::admits($key, $_SERVER['REMOTE_ADDR'])) {
            return [false, ["Your IP ({$_SERVER['REMOTE_ADDR']}) is not allowed to use this API ID"]];
        }
        if (!in_array($call, ApiFunctions::names(), true)) {
            return [false, ['Unknown API method']];
        }
        if (!ApiKeys::allows($key, $call)) {
            return [false, ["This API ID is not allowed to call function $call"]];
        }
        return (new ApiFunctions())->$call($fields);
    }

    private function log(string $call, bool $succeeded, string $id): void
    {
        $insert = hbm_db()->prepare('INSERT INTO hb_api_log (date, action, result, api_id, ip) VALUES (NOW(), ?, ?, ?, ?)');
        $insert->execute([$call, $succeeded ? 'success' : 'failure', substr($id, 0, 4) . '...', $_SERVER['REMOTE_ADDR']]);
        \Keyturn\Host\writeLog('api-usage', date('c') . " $call " . ($succeeded ? 'ok' : 'failed') . " {$_SERVER['REMOTE_ADDR']}");
    }
}
